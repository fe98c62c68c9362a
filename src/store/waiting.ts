/**
 * The condition of what waits in a lane, tier by tier and by due time: the words of the index `delivery_due`. Statements
 * say it as a literal; PostgreSQL uses a partial index only for those whose own words imply its condition.
 */
export const waiting = `state = 'pending' and due_at >= 0`

/** The condition of what may pass its deadline: the words of the index `delivery_give_up`. */
export const mayExpire = `delivery.state = 'pending' and delivery.give_up_at >= 0`
