/** The Camel component {@code dav:}, a thin adapter over the contact and calendar imports. */
@NullMarked
package org.mailcaravan.component.dav;

import org.jspecify.annotations.NullMarked;
