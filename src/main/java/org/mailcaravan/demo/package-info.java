/**
 * What the demo command needs: two mail servers, generated mail, and a request with two bad rows.
 */
@NullMarked
package org.mailcaravan.demo;

import org.jspecify.annotations.NullMarked;
