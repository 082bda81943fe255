/** Words that many pages use. */
export const words = {
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  create: 'Create',
  delete: 'Delete',
  edit: 'Edit',
  save: 'Save',
  retry: 'Try again',
  filter: 'Filter',
  clearFilter: 'Clear the filter',
  firstPage: 'First page',
  nextPage: 'Next page',
  loading: 'Loading',
  never: 'never',
  none: 'none',
  anonymous: 'anonymous',
  actions: 'Actions',
  actionsOf: (name: string) => `Actions of ${name}`,
  typeToConfirm: (name: string) => `Type ${name} to confirm`,
  nothingMatches: 'Nothing matches the filter.'
} as const
