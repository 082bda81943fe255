import type { Locator, Page } from 'playwright-core'
import type { Scene } from './scene.js'

export interface PageOfUi {
  /** File name of its picture. */
  name: string
  path: string
  /** What is there once the page shows its content. */
  ready: (page: Page) => Locator
}

/** Every page of somebody who is signed in, in the order of the navigation. */
export function everyPage({ line, plant, rule }: Scene): PageOfUi[] {
  const cell = (text: string) => (page: Page) => page.getByText(text, { exact: true }).first()
  const heading = (name: string) => (page: Page) => page.getByRole('heading', { name }).first()
  return [
    { name: 'instances', path: '/instances', ready: cell('plant-east') },
    { name: 'new-instance', path: '/instances/new', ready: (page) => page.getByLabel('Name').first() },
    { name: 'instance', path: `/instances/${line.id}`, ready: cell(line.endpoints.mqtt) },
    { name: 'rules', path: `/instances/${line.id}/rules`, ready: cell('door-replies') },
    {
      name: 'new-rule',
      path: `/instances/${line.id}/rules/new`,
      ready: (page) => page.getByLabel('Name').first()
    },
    {
      name: 'rule',
      path: `/instances/${line.id}/rules/${rule.id}`,
      ready: (page) => page.getByLabel('Name').first()
    },
    { name: 'users', path: `/instances/${plant.id}/users`, ready: cell('door-1') },
    { name: 'policies', path: `/instances/${plant.id}/policies`, ready: cell('no-secrets') },
    { name: 'dead-letters', path: `/instances/${line.id}/dead-letters`, ready: cell('gate-3') },
    { name: 'try-it', path: `/instances/${line.id}/try-it`, ready: heading('Try it') },
    { name: 'settings', path: `/instances/${line.id}/settings`, ready: heading('Settings') },
    { name: 'api-keys', path: '/api-keys', ready: heading('API keys') },
    { name: 'account', path: '/account', ready: heading('Account') }
  ]
}
