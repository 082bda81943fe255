import { Stack, Text, Title } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { CodeBlock } from '../../components/code-block'
import { TextLink } from '../../components/links'
import { texts } from '../../texts'
import { ruleCommand, targetOf } from './snippets'

const { connect: words } = texts.instanceHome

/** Without it a 3.1.1 requester hears nothing: the rule says where its replies go. */
export function RuleForOldRequesters({ instance }: { instance: Instance }) {
  return (
    <Stack gap={4}>
      <Title order={3} size="h3">
        {words.rule}
      </Title>
      <Text size="sm">
        <TextLink
          to="/instances/$instanceId/rules/new"
          params={{ instanceId: instance.id }}
          inherit
          underline="always"
        >
          {words.ruleInUi}
        </TextLink>
        {words.ruleValues}
      </Text>
      <CodeBlock code={ruleCommand(targetOf(instance), location.origin)} what={words.rule} />
      <Title order={3} size="h3" mt="xs">
        {words.client}
      </Title>
    </Stack>
  )
}
