import { DryRun, DryRunAnswer } from '@parley/contracts'
import { explainRules } from '@parley/rules'
import { withDrafts } from '../../dry-run/draft-rules.js'
import { dryRunAnswer } from '../../dry-run/dry-run-answer.js'
import { refuseTooCostly } from '../../dry-run/matching-cost.js'
import { sampleInput } from '../../dry-run/sample-message.js'
import { findInstance } from '../../instances/find-instance.js'
import { ruleDefinition, ruleOrder } from '../../rules/rule-view.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `POST /instances/{id}/enhancement-rules/dry-run`: nothing is published and nothing saved; by the code that the nodes run. */
export const dryRunRules: Operation = (app, { db }) => {
  app.post(
    '/instances/:instanceId/enhancement-rules/dry-run',
    {
      config: { access: 'rules:read' },
      schema: {
        tags: ['enhancement rules'],
        params: InstanceParams,
        body: DryRun,
        response: answers(200, DryRunAnswer)
      }
    },
    async (request) => {
      const nowMs = Date.now()
      const { id: instanceId } = await findInstance(db, request.principal, request.params.instanceId)
      const input = sampleInput(request.body, instanceId, nowMs)
      const saved = await db.enhancementRule.findMany({ where: { instanceId }, orderBy: ruleOrder })
      const { rules: all, errors } = withDrafts(
        saved.map(ruleDefinition),
        request.body.draftRules ?? [],
        nowMs
      )
      const rules = all.map(({ rule }) => rule)
      refuseTooCostly(rules, input)
      const drafts = new Set(all.filter(({ draft }) => draft).map(({ rule }) => rule.id))
      return dryRunAnswer(explainRules(rules, input), drafts, errors)
    }
  )
}
