import { createRootRoute, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { homeSearch } from '../features/instance-home/home-search'
import { ruleSearch } from '../features/rules/rule-search'
import { sessionQuery } from '../features/sign-in/session'
import { signInSearch } from '../features/sign-in/sign-in-search'
import { listSearch } from '../lib/list-search'
import { queryClient } from './query-client'
import { Shell } from './shell'

// The pages, in the order of the navigation. Each is loaded when it is first shown.

const root = createRootRoute({ component: Outlet })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('../features/sign-in/sign-in-page'), 'SignInPage')
})

/** Everything but the sign-in wants a session, and leads to the sign-in without one. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  async beforeLoad({ location }) {
    const session = await queryClient.ensureQueryData(sessionQuery)
    if (!session) throw redirect({ to: '/sign-in', search: { next: location.href } })
  }
})

const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad() {
    throw redirect({ to: '/instances' })
  }
})

const instances = createRoute({
  getParentRoute: () => signedIn,
  path: '/instances',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../features/instances/instances-page'), 'InstancesPage')
})

const newInstance = createRoute({
  getParentRoute: () => signedIn,
  path: '/instances/new',
  component: lazyRouteComponent(() => import('../features/instances/new-instance-page'), 'NewInstancePage')
})

const instance = createRoute({
  getParentRoute: () => signedIn,
  path: '/instances/$instanceId',
  component: lazyRouteComponent(() => import('../features/instances/instance-frame'), 'InstanceFrame')
})

const instanceHome = createRoute({
  getParentRoute: () => instance,
  path: '/',
  validateSearch: homeSearch,
  component: lazyRouteComponent(
    () => import('../features/instance-home/instance-home-page'),
    'InstanceHomePage'
  )
})

const rules = createRoute({
  getParentRoute: () => instance,
  path: '/rules',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../features/rules/rules-page'), 'RulesPage')
})

const newRule = createRoute({
  getParentRoute: () => instance,
  path: '/rules/new',
  validateSearch: ruleSearch,
  component: lazyRouteComponent(() => import('../features/rules/new-rule-page'), 'NewRulePage')
})

const rule = createRoute({
  getParentRoute: () => instance,
  path: '/rules/$ruleId',
  component: lazyRouteComponent(() => import('../features/rules/rule-page'), 'RulePage')
})

const users = createRoute({
  getParentRoute: () => instance,
  path: '/users',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../features/access/users-page'), 'UsersPage')
})

const policies = createRoute({
  getParentRoute: () => instance,
  path: '/policies',
  component: lazyRouteComponent(() => import('../features/access/policies-page'), 'PoliciesPage')
})

const deadLetters = createRoute({
  getParentRoute: () => instance,
  path: '/dead-letters',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../features/dead-letters/dead-letters-page'), 'DeadLettersPage')
})

const tryIt = createRoute({
  getParentRoute: () => instance,
  path: '/try-it',
  component: lazyRouteComponent(() => import('../features/try-it/try-it-page'), 'TryItPage')
})

const settings = createRoute({
  getParentRoute: () => instance,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/instances/settings-page'), 'SettingsPage')
})

const apiKeys = createRoute({
  getParentRoute: () => signedIn,
  path: '/api-keys',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../features/api-keys/api-keys-page'), 'ApiKeysPage')
})

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('../features/account/account-page'), 'AccountPage')
})

export const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    start,
    instances,
    newInstance,
    instance.addChildren([instanceHome, rules, newRule, rule, users, policies, deadLetters, tryIt, settings]),
    apiKeys,
    account
  ])
])
