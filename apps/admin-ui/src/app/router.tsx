import { createRouter } from '@tanstack/react-router'
import { ErrorPanel } from '../components/error-panel'
import { PageSkeleton } from '../components/page-skeleton'
import { NotFound } from './not-found'
import { routeTree } from './routes'

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: ({ error, reset }) => <ErrorPanel error={error} onRetry={reset} />,
  defaultNotFoundComponent: NotFound
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
