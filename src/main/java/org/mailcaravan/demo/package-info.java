/**
 * The main job on embedded defaults: two mail servers, generated mail, a request with two bad rows.
 * Used by the demo command.
 */
@NullMarked
package org.mailcaravan.demo;

import org.jspecify.annotations.NullMarked;
