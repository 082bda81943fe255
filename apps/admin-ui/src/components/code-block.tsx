import { Box, Code } from '@mantine/core'
import classes from './code-block.module.css'
import { CopyButton } from './copy-button'

export interface CodeBlockProps {
  code: string
  /** Names it; the code itself when left out. */
  what?: string
  /** What is copied, when that is another text than the one that is shown. */
  copies?: string
}

/** A command or a piece of code, ready to be copied. */
export function CodeBlock({ code, what = code, copies = code }: CodeBlockProps) {
  return (
    <Box className={classes.block}>
      <Code block className={classes.code} tabIndex={0}>
        {code}
      </Code>
      <Box className={classes.copy}>
        <CopyButton value={copies} what={what} />
      </Box>
    </Box>
  )
}
