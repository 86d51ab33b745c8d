/** Reads README.md and docs/, for the tests that keep them true. */
@NullMarked
package org.mailcaravan.docs;

import org.jspecify.annotations.NullMarked;
