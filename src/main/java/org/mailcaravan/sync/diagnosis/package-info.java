/**
 * What the words of servers mean: refusals, requests for time, in many languages. Decides what is
 * tried again, who can fix a problem and what to do next. Used by all of sync.
 */
@NullMarked
package org.mailcaravan.sync.diagnosis;

import org.jspecify.annotations.NullMarked;
