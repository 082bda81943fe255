/** Two people changed the same thing. */
export const versionConflictTexts = {
  title: 'Somebody else changed it meanwhile',
  text: 'Nothing of yours is saved yet. This is what differs:',
  same: 'Both versions say the same by now.',
  gone: 'Somebody else deleted it meanwhile. Close this, or create it anew with what you have typed.',
  caption: 'What differs between your version and the saved one',
  field: 'Field',
  mine: 'Yours',
  theirs: 'Saved',
  keepMine: 'Save mine over it',
  takeTheirs: 'Take the saved one'
} as const
