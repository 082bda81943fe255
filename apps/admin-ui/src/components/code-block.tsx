import { Box, Code } from '@mantine/core'
import classes from './code-block.module.css'
import { CopyButton } from './copy-button'

/** A command or a piece of code, ready to be copied. `what` names it; the code itself when left out. */
export function CodeBlock({ code, what = code }: { code: string; what?: string }) {
  return (
    <Box className={classes.block}>
      <Code block className={classes.code} tabIndex={0}>
        {code}
      </Code>
      <Box className={classes.copy}>
        <CopyButton value={code} what={what} />
      </Box>
    </Box>
  )
}
