/**
 * The mail servers of the demo, and all that knows GreenMail: packed apart, with GreenMail, so that
 * neither is on the class path of a command that moves real mail.
 */
@NullMarked
package org.mailcaravan.demo.greenmail;

import org.jspecify.annotations.NullMarked;
