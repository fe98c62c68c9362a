import { drivers } from '../../test/ground/drivers.ts'
import { describeDatabase } from './conformance.ts'

for (const driver of drivers) describeDatabase(driver.name, () => driver.open())
