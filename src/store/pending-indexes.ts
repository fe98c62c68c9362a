/**
 * The conditions of the two indexes of what is pending. PostgreSQL uses a partial index only for statements whose own words
 * imply its condition, so each statement says the one of the index that it means, as a literal.
 */

/** Of `delivery_due`: what is pending in a lane, by tier and due time. */
export const pendingByDue = `delivery.state = 'pending' and delivery.due_at >= 0`

/** Of `delivery_give_up`: what is pending, by deadline. */
export const pendingByDeadline = `delivery.state = 'pending' and delivery.give_up_at >= 0`
