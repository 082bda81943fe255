import { Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { DeviceText } from '../../../components/device-text'
import { texts } from '../../../texts'
import type { Completion } from './use-completion'
import classes from './variable-list.module.css'
import type { VariableOption } from './variable-options'

const words = texts.ruleVariables

/** The variables that fit what is typed; the focus stays in the field. */
export function VariableList({ completion }: { completion: Completion }) {
  const { options, active, listId, optionId, accept } = completion
  return (
    <div role="listbox" id={listId} aria-label={words.list} className={classes.list}>
      {options.map((option, index) => (
        <Option
          key={option.name}
          id={optionId(index)}
          option={option}
          active={index === active}
          onTake={() => accept(option)}
        />
      ))}
    </div>
  )
}

interface OptionProps {
  id: string
  option: VariableOption
  active: boolean
  onTake: () => void
}

function Option({ id, option, active, onTake }: OptionProps) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (active && element.current) showInList(element.current)
  }, [active])
  const { name, meaning, example } = option
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and names the active one
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
    <div
      ref={element}
      id={id}
      role="option"
      aria-selected={active}
      className={classes.option}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onTake}
    >
      <div className={classes.name}>
        <DeviceText value={name} />
        <Text size="xs" c="dimmed">
          {meaning}
        </Text>
      </div>
      {example === undefined ? null : (
        <DeviceText value={example} size="xs" c="dimmed" truncate className={classes.example} />
      )}
    </div>
  )
}

/** Scrolls the list and nothing around it: the page stays where the field is. */
function showInList(option: HTMLElement): void {
  const list = option.parentElement!
  const top = option.offsetTop - list.offsetTop
  if (top < list.scrollTop) list.scrollTop = top
  const bottom = top + option.offsetHeight
  if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight
}
