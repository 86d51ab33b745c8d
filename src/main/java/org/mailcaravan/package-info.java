/** The program's entry and the place where every bean is wired. */
@NullMarked
package org.mailcaravan;

import org.jspecify.annotations.NullMarked;
