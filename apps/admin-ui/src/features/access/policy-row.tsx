import { ActionIcon, Badge, Group, Menu, Switch, Text, UnstyledButton } from '@mantine/core'
import type { AuthorizationPolicy } from '@parley/contracts'
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { DeviceText } from '../../components/device-text'
import { DotBadge } from '../../components/dot-badge'
import { visible } from '../../lib/format'
import { texts } from '../../texts'
import { conditionParts } from './condition-text'
import classes from './policies.module.css'

const words = texts.policies
const iconSize = 16

export interface PolicyRowProps {
  policy: AuthorizationPolicy
  /** From 1. */
  place: number
  /** It decided the question that was asked last. */
  decides: boolean
  onEdit: (policy: AuthorizationPolicy) => void
  onDelete: (policy: AuthorizationPolicy) => void
  onSwitch: (policy: AuthorizationPolicy, active: boolean) => void
}

/** One policy in the list: what it says, in short, and what can be done to it. */
export function PolicyRow({ policy, place, decides, onEdit, onDelete, onSwitch }: PolicyRowProps) {
  const { name, effect, remark, status } = policy
  return (
    <div
      className={classes.row}
      data-decides={decides || undefined}
      data-inactive={status === 'inactive' || undefined}
    >
      <Text size="xs" c="dimmed" className={classes.place}>
        {place}
      </Text>
      <div className={classes.said}>
        <Group gap={8}>
          <DotBadge colour={effect === 'allow' ? 'teal' : 'red'}>{words.effects[effect]}</DotBadge>
          <UnstyledButton
            className={classes.name}
            onClick={() => onEdit(policy)}
            aria-label={words.editOf(name)}
          >
            {name}
          </UnstyledButton>
          {decides && (
            <Badge size="sm" variant="filled">
              {words.decides}
            </Badge>
          )}
        </Group>
        <Says policy={policy} />
        {remark && (
          <Text component="bdi" size="xs" c="dimmed" className={classes.remark}>
            {visible(remark)}
          </Text>
        )}
      </div>
      <Switch
        size="sm"
        aria-label={words.activeOf(name)}
        checked={status === 'active'}
        onChange={({ currentTarget }) => onSwitch(policy, currentTarget.checked)}
      />
      <Menu position="bottom-end" withInitialFocusPlaceholder={false} width={160}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={texts.words.actionsOf(name)}>
            <IconDots size={iconSize} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={iconSize} />} onClick={() => onEdit(policy)}>
            {words.edit}
          </Menu.Item>
          <Menu.Item
            color="var(--mantine-color-error)"
            leftSection={<IconTrash size={iconSize} />}
            onClick={() => onDelete(policy)}
          >
            {words.delete}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

function Says({ policy: { actions, condition } }: { policy: AuthorizationPolicy }) {
  const parts = conditionParts(condition)
  return (
    <Text size="sm" component="div" className={classes.says}>
      <span>{actions.map((action) => words.actionNames[action]).join(', ')}</span>
      {parts.length === 0 && <span>{words.everything}</span>}
      {parts.map(({ word, value }) => (
        <span key={word}>
          {word} {value !== undefined && <DeviceText value={value} />}
        </span>
      ))}
    </Text>
  )
}
