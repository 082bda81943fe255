import { PasswordInput, SimpleGrid, Text, TextInput } from '@mantine/core'
import { texts } from '../../texts'
import { InstanceLink } from './instance-link'
import type { Role } from './stage'
import classes from './try-it.module.css'
import type { TryOut } from './use-try-it'

const { access } = texts.tryIt

/** Username and password of a client, when the instance lets nobody in without. They live in the page only. */
export function Credentials({ tryOut, side, disabled }: { tryOut: TryOut; side: Role; disabled: boolean }) {
  const { instance, fields, changeResponder, changeRequester } = tryOut
  if (instance.authentication.anonymous) return null
  const change = side === 'responder' ? changeResponder : changeRequester
  const { username, password } = fields[side]
  const placeholder = side === 'requester' ? { placeholder: access.sameAsResponder } : {}
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          size="xs"
          label={access.username}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          classNames={{ input: classes.locked ?? '' }}
          value={username}
          onChange={(event) => change({ username: event.currentTarget.value })}
          {...placeholder}
        />
        <PasswordInput
          size="xs"
          label={access.password}
          autoComplete="off"
          disabled={disabled}
          classNames={{ input: classes.locked ?? '' }}
          value={password}
          onChange={(event) => change({ password: event.currentTarget.value })}
          {...placeholder}
        />
      </SimpleGrid>
      {side === 'responder' && (
        <Text size="xs" c="dimmed">
          {access.hint}{' '}
          <InstanceLink section="users" instanceId={instance.id}>
            {access.users}
          </InstanceLink>
        </Text>
      )}
    </>
  )
}
