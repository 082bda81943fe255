// Every text that a person reads, by the part of the UI that shows it.
import { accountTexts } from './account'
import { apiKeysTexts } from './api-keys'
import { deadLettersTexts } from './dead-letters'
import { errorTexts } from './errors'
import { frameTexts } from './frame'
import { instanceFrameTexts } from './instance-frame'
import { instanceHomeTexts } from './instance-home'
import { instancesTexts, newInstanceTexts } from './instances'
import { policiesTexts } from './policies'
import { ruleEditorTexts } from './rule-editor'
import { rulePreviewTexts } from './rule-preview'
import { ruleVariablesTexts } from './rule-variables'
import { rulesTexts } from './rules'
import { settingsTexts } from './settings'
import { signInTexts } from './sign-in'
import { sortableListTexts } from './sortable-list'
import { tryItTexts } from './try-it'
import { usersTexts } from './users'
import { versionConflictTexts } from './version-conflict'
import { words } from './words'

export const texts = {
  frame: frameTexts,
  account: accountTexts,
  apiKeys: apiKeysTexts,
  errors: errorTexts,
  instances: instancesTexts,
  newInstance: newInstanceTexts,
  instanceFrame: instanceFrameTexts,
  instanceHome: instanceHomeTexts,
  settings: settingsTexts,
  rules: rulesTexts,
  ruleEditor: ruleEditorTexts,
  rulePreview: rulePreviewTexts,
  ruleVariables: ruleVariablesTexts,
  signIn: signInTexts,
  users: usersTexts,
  policies: policiesTexts,
  deadLetters: deadLettersTexts,
  versionConflict: versionConflictTexts,
  sortableList: sortableListTexts,
  tryIt: tryItTexts,
  words
} as const
