import { texts } from '../../../texts'
import { TextField } from './fields'
import { Section } from './section'
import classes from './settings.module.css'

const words = texts.newInstance
const settings = texts.settings

export function GeneralSection() {
  return (
    <Section id="general" title={settings.general.title}>
      <div className={classes.fields}>
        <TextField path="name" hint={words.nameHint} />
        <TextField path="remark" hint={words.remarkHint} />
      </div>
    </Section>
  )
}
