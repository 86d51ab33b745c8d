/**
 * The running passes: how they begin, fail and end, and what is recorded of them. The routes call
 * these beans around a pass. Uses sync; sends no IMAP commands.
 */
@NullMarked
package org.mailcaravan.passes;

import org.jspecify.annotations.NullMarked;
