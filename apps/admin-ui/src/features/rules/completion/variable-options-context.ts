import { createContext } from 'react'
import type { VariableOption } from './variable-options'

/** The variables that the fields of an editor offer. */
export const VariableOptions = createContext<readonly VariableOption[]>([])
