// What to paste to connect a client: one file a tool. Plain functions of address, login and role; nothing of a page.
import { espIdf } from './esp-idf'
import { mosquitto, mosquittoRr } from './mosquitto'
import { mqttJs } from './mqtt-js'
import { python } from './python'
import { type Role, type Target, type Tool, tools } from './snippet'

const makers: Record<Tool, (target: Target, role: Role) => string[]> = {
  mosquitto,
  mosquittoRr,
  mqttJs,
  python,
  espIdf
}

/** The pieces for one tool, each to be pasted by itself; none where the tool cannot play the role. */
export function snippet(target: Target, role: Role, tool: Tool): string[] {
  return makers[tool](target, role)
}

/** Which tools can play this role. */
export function toolsFor(role: Role): Tool[] {
  return tools.filter((tool) => tool !== 'mosquittoRr' || role !== 'responder')
}

export { ruleCommand } from './rule-command'
export * from './snippet'
