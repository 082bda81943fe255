/** On the first pages that one sees: the way to try a request and its reply. */
export const tryItInvitationTexts = {
  title: 'See a reply in 30 seconds',
  text: (instance: string) =>
    `An old device acknowledges, and the requester gets a reply: both in this browser, on ${instance}. Everything is filled in.`,
  go: 'Show me',
  dismiss: 'Do not show this again'
} as const
