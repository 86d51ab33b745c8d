/**
 * What people and machines get to read when a migration ends: the result table, JSON, the rejected
 * rows. Used by the root and the command line.
 */
@NullMarked
package org.mailcaravan.report;

import org.jspecify.annotations.NullMarked;
