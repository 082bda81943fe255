import { ActionIcon, Button, Input, Stack, Text, VisuallyHidden } from '@mantine/core'
import { ruleBounds } from '@parley/contracts'
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { texts } from '../../../texts'
import { TemplateInput } from '../completion/template-input'
import type { FieldsProps } from './general-fields'
import classes from './rule-editor.module.css'
import { propertyRow } from './rule-form'

const words = texts.ruleEditor
const list = 'actions.userProperties'

/** The user properties that a rule adds: in their order, which can be changed. */
export function UserPropertyFields({ form, errors }: FieldsProps) {
  const [said, setSaid] = useState('')
  const rows = form.values.actions.userProperties
  const full = rows.length >= ruleBounds.userPropertiesMax
  const element = useRef<HTMLDivElement>(null)
  const move = (from: number, to: number) => {
    form.reorderListItem(list, { from, to })
    setSaid(words.propertyMoved(to + 1))
  }
  const add = () => {
    form.insertListItem(list, propertyRow())
    const index = rows.length
    requestAnimationFrame(() => element.current?.querySelectorAll('textarea')[index * 2]?.focus())
  }
  return (
    <Input.Wrapper
      label={words.fields.userProperties}
      description={words.hints.userProperties}
      labelElement="div"
      error={errors[list]}
    >
      <Stack ref={element} gap={6} mt={4}>
        {rows.map((row, index) => (
          <div key={row.id} className={classes.property}>
            <TemplateInput
              aria-label={words.keyOf(index + 1)}
              placeholder={words.key}
              {...form.getInputProps(`${list}.${index}.key`)}
              error={errors[`${list}.${index}.key`]}
            />
            <TemplateInput
              aria-label={words.valueOf(index + 1)}
              placeholder={words.value}
              multiline
              {...form.getInputProps(`${list}.${index}.value`)}
              error={errors[`${list}.${index}.value`]}
            />
            <RowButtons
              place={index + 1}
              isFirst={index === 0}
              isLast={index === rows.length - 1}
              onMove={(by) => move(index, index + by)}
              onRemove={() => form.removeListItem(list, index)}
            />
          </div>
        ))}
        <div>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={full}
            onClick={add}
          >
            {words.addProperty}
          </Button>
          {full && (
            <Text size="xs" c="dimmed" mt={4}>
              {words.propertiesFull(ruleBounds.userPropertiesMax)}
            </Text>
          )}
        </div>
      </Stack>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </Input.Wrapper>
  )
}

interface RowButtonsProps {
  place: number
  isFirst: boolean
  isLast: boolean
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}

function RowButtons({ place, isFirst, isLast, onMove, onRemove }: RowButtonsProps) {
  const look = { variant: 'subtle', color: 'gray' } as const
  return (
    <div className={classes.propertyButtons}>
      <ActionIcon
        {...look}
        disabled={isFirst}
        aria-label={words.propertyUp(place)}
        onClick={() => onMove(-1)}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        {...look}
        disabled={isLast}
        aria-label={words.propertyDown(place)}
        onClick={() => onMove(1)}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
      <ActionIcon {...look} aria-label={words.removeProperty(place)} onClick={onRemove}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  )
}
