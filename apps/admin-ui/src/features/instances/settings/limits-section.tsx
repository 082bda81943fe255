import { texts } from '../../../texts'
import { NumberField } from './fields'
import { limitNames } from './numbers'
import { Section } from './section'
import classes from './settings.module.css'

const { limits: words } = texts.settings

/** Every limit with its unit, its bounds, its default, and what happens when it is reached. */
export function LimitsSection() {
  return (
    <Section id="limits" title={words.title} about={words.about}>
      <div className={classes.fields}>
        {limitNames.map((name) => (
          <NumberField key={name} path={`limits.${name}`} hint={words.atLimit[name]} />
        ))}
      </div>
    </Section>
  )
}
