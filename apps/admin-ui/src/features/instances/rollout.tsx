import { Box, Group, Text, Tooltip } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { DotBadge } from '../../components/dot-badge'
import { texts } from '../../texts'

const { rollout: words } = texts.instances

/** "revision 7 on 3 of 3 nodes", with a word while it is not everywhere. */
export function Rollout({ revision, rollout: { nodes, applied } }: Pick<Instance, 'revision' | 'rollout'>) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm">{words.text(revision, applied, nodes)}</Text>
      {nodes === 0 ? (
        <Hint word={words.noNode} about={words.noNodeHint} />
      ) : (
        applied < nodes && <Hint word={words.underWay} about={words.underWayHint} />
      )}
    </Group>
  )
}

function Hint({ word, about }: { word: string; about: string }) {
  return (
    <Tooltip label={about} withArrow multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <Box component="span" tabIndex={0}>
        <DotBadge colour="orange">{word}</DotBadge>
      </Box>
    </Tooltip>
  )
}
