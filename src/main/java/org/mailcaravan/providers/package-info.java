/**
 * What is known of mail providers (config/providers.yaml), and how the IMAP server of an address is
 * found: by that list, or by asking the DNS and web servers, with bounds on all that they answer.
 * No password is known here. Used by the root, and by work that depends on the provider.
 */
@NullMarked
package org.mailcaravan.providers;

import org.jspecify.annotations.NullMarked;
