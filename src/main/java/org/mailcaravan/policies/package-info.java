/**
 * Policies (config/policies.yaml): which mailboxes get passes more often, in another window or with
 * other connections, by customer, domain, server or provider. What a policy sets is a record of the
 * model. Used by the store, by what reads requests, and by the root.
 */
@NullMarked
package org.mailcaravan.policies;

import org.jspecify.annotations.NullMarked;
