/**
 * The support mailbox as a Camel endpoint: {@code support-mail:} reads it with Camel's own mail
 * component, with server and login from the settings rather than from the endpoint's URI. What a
 * mail means is not decided here. Only the root and the routes may use it.
 */
@NullMarked
package org.mailcaravan.component.mail;

import org.jspecify.annotations.NullMarked;
