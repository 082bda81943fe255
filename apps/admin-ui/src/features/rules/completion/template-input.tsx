import { ActionIcon, Popover, Textarea, type TextareaProps, VisuallyHidden } from '@mantine/core'
import { IconBraces } from '@tabler/icons-react'
import { type KeyboardEvent, useContext, useRef } from 'react'
import { texts } from '../../../texts'
import { monospaceInput } from '../monospace-input'
import { useCompletion } from './use-completion'
import { VariableList } from './variable-list'
import { VariableOptions } from './variable-options-context'

const words = texts.ruleVariables
const listWidth = 'min(28rem, calc(100vw - 2rem))'
const rowsMax = 8

export interface TemplateInputProps extends Omit<TextareaProps, 'value' | 'onChange'> {
  value?: string | undefined
  onChange: (value: string) => void
  /** Enter begins a new line. */
  multiline?: boolean
}

/** A text field that may hold variables: `${` opens a list of them. */
export function TemplateInput({ value = '', onChange, multiline = false, ...props }: TemplateInputProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const completion = useCompletion(field, value, useContext(VariableOptions), onChange)
  const { opened, options, active } = completion
  const onKeyDown = (event: KeyboardEvent) => {
    completion.onKeyDown(event)
    if (event.key === 'Enter' && !multiline) event.preventDefault()
  }
  return (
    <Popover
      opened={opened}
      position="bottom-start"
      offset={4}
      width={listWidth}
      withRoles={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Textarea
          {...props}
          ref={field}
          role="combobox"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-expanded={opened}
          aria-controls={opened ? completion.listId : undefined}
          aria-activedescendant={opened ? completion.optionId(active) : undefined}
          autosize
          minRows={1}
          maxRows={rowsMax}
          autoComplete="off"
          spellCheck={false}
          styles={monospaceInput}
          value={value}
          onChange={(event) => {
            onChange(event.currentTarget.value)
            completion.onCaret()
          }}
          onSelect={completion.onCaret}
          onFocus={completion.onCaret}
          onBlur={completion.onBlur}
          onKeyDown={onKeyDown}
          rightSection={
            // Those who use the keyboard type `${`, or press Ctrl and Space.
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              tabIndex={-1}
              aria-label={words.insert}
              title={words.insert}
              onMouseDown={(event) => event.preventDefault()}
              onClick={completion.begin}
            >
              <IconBraces size={14} />
            </ActionIcon>
          }
        />
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <VariableList completion={completion} />
        <VisuallyHidden role="status">{words.found(options.length)}</VisuallyHidden>
      </Popover.Dropdown>
    </Popover>
  )
}
