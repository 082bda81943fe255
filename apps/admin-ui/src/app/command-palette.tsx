import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { instanceQuery, instancesQuery } from '../features/instances/queries'
import { sections } from '../features/instances/sections'
import { texts } from '../texts'

const typingPauseMs = 150
const shownMax = 40

/** Every page, every instance and a few actions by their names: Ctrl K. Within an instance, its pages come first. */
export function CommandPalette() {
  const [typed, setTyped] = useState('')
  const [opened, setOpened] = useState(false)
  const groups = useActions(typed, opened)
  useEffect(() => {
    if (opened) selectFirst()
  })
  return (
    <Spotlight
      actions={groups}
      query={typed}
      onQueryChange={setTyped}
      onSpotlightOpen={() => setOpened(true)}
      onSpotlightClose={() => setOpened(false)}
      shortcut={['mod + K']}
      limit={shownMax}
      highlightQuery
      scrollable
      attributes={{ content: { 'aria-label': texts.frame.searchShort } }}
      maxHeight={400}
      nothingFound={texts.frame.searchNothing}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: texts.frame.searchPlaceholder,
        'aria-label': texts.frame.searchPlaceholder
      }}
    />
  )
}

/** Instances that are found a moment later replace what was selected: Enter always has something to open. */
function selectFirst(): void {
  const dialog = document.querySelector('[role="dialog"].mantine-Spotlight-content')
  if (!dialog || dialog.querySelector('[data-selected]')) return
  dialog.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
}

function useActions(typed: string, opened: boolean): SpotlightActionGroupData[] {
  const navigate = useNavigate()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light') === 'dark'
  const { palette, instances, apiKeys, account } = texts.frame
  const [q] = useDebouncedValue(typed, typingPauseMs)
  const found = useQuery({ ...instancesQuery(q ? { q } : {}), enabled: opened })
  const within = useSections(opened)
  return [
    ...within,
    {
      group: palette.instances,
      actions: (found.data?.items ?? []).map(({ id, name }) => ({
        id,
        label: name,
        description: id,
        onClick: () => void navigate({ to: '/instances/$instanceId', params: { instanceId: id } })
      }))
    },
    {
      group: palette.pages,
      actions: [
        { id: 'instances', label: instances, onClick: () => void navigate({ to: '/instances' }) },
        { id: 'api-keys', label: apiKeys, onClick: () => void navigate({ to: '/api-keys' }) },
        { id: 'account', label: account, onClick: () => void navigate({ to: '/account' }) }
      ]
    },
    {
      group: palette.actions,
      actions: [
        { id: 'new', label: palette.newInstance, onClick: () => void navigate({ to: '/instances/new' }) },
        {
          id: 'colours',
          label: dark ? palette.light : palette.dark,
          onClick: () => setColorScheme(dark ? 'light' : 'dark')
        }
      ]
    }
  ]
}

/** The pages of the instance that one is in. */
function useSections(opened: boolean): SpotlightActionGroupData[] {
  const navigate = useNavigate()
  const { instanceId } = useParams({ strict: false })
  const { data: instance } = useQuery({
    ...instanceQuery(instanceId ?? ''),
    enabled: opened && instanceId !== undefined
  })
  if (instanceId === undefined || !instance) return []
  return [
    {
      group: texts.frame.palette.within(instance.name),
      actions: sections.map(({ to, label }) => ({
        id: to,
        label,
        onClick: () => void navigate({ to, params: { instanceId } })
      }))
    }
  ]
}
