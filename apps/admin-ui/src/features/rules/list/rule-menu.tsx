import { ActionIcon, Menu } from '@mantine/core'
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowUp,
  IconCopy,
  IconDots,
  IconPencil,
  IconTrash
} from '@tabler/icons-react'
import { MenuLink } from '../../../components/links'
import { texts } from '../../../texts'
import type { RuleRowProps } from './rule-row'

const words = texts.rules

export type Direction = 'first' | 'up' | 'down' | 'last'

const moves = [
  { direction: 'first', label: words.moveFirst, icon: IconArrowBarToUp },
  { direction: 'up', label: words.moveUp, icon: IconArrowUp },
  { direction: 'down', label: words.moveDown, icon: IconArrowDown },
  { direction: 'last', label: words.moveLast, icon: IconArrowBarToDown }
] as const

/** What can be done with one rule of the list. */
export function RuleMenu(props: RuleRowProps) {
  return (
    <Menu position="bottom-end" width={200} returnFocus>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={texts.words.actionsOf(props.rule.name)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Items {...props} />
      </Menu.Dropdown>
    </Menu>
  )
}

function Items({ instanceId, rule, isFirst, isLast, actions }: RuleRowProps) {
  const ruleId = rule.id
  return (
    <>
      <MenuLink
        to="/instances/$instanceId/rules/$ruleId"
        params={{ instanceId, ruleId }}
        leftSection={<IconPencil size={16} />}
      >
        {words.edit}
      </MenuLink>
      <MenuLink
        to="/instances/$instanceId/rules/new"
        params={{ instanceId }}
        search={{ copyOf: ruleId }}
        leftSection={<IconCopy size={16} />}
      >
        {words.duplicate}
      </MenuLink>
      <Menu.Divider />
      {moves.map(({ direction, label, icon: Icon }) => (
        <Menu.Item
          key={direction}
          disabled={direction === 'first' || direction === 'up' ? isFirst : isLast}
          leftSection={<Icon size={16} />}
          onClick={() => actions.onMove(rule, direction)}
        >
          {label}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => actions.onDelete(rule)}>
        {words.delete}
      </Menu.Item>
    </>
  )
}
