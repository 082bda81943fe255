// Every text that a person reads, by the part of the UI that shows it.
import { accountTexts } from './account'
import { apiKeysTexts } from './api-keys'
import { errorTexts } from './errors'
import { frameTexts } from './frame'
import { instanceFrameTexts } from './instance-frame'
import { ruleEditorTexts } from './rule-editor'
import { rulePreviewTexts } from './rule-preview'
import { ruleVariablesTexts } from './rule-variables'
import { rulesTexts } from './rules'
import { signInTexts } from './sign-in'
import { sortableListTexts } from './sortable-list'
import { words } from './words'

export const texts = {
  frame: frameTexts,
  account: accountTexts,
  apiKeys: apiKeysTexts,
  errors: errorTexts,
  instanceFrame: instanceFrameTexts,
  rules: rulesTexts,
  ruleEditor: ruleEditorTexts,
  rulePreview: rulePreviewTexts,
  ruleVariables: ruleVariablesTexts,
  signIn: signInTexts,
  sortableList: sortableListTexts,
  words
} as const
