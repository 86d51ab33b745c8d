/**
 * Access tokens (OAuth2): fetched by the profiles of the configuration, kept in memory only, shared
 * by the connections of a mailbox, renewed before they end. It knows no mail protocol. Used by the
 * root, which hands tokens to those that log in.
 */
@NullMarked
package org.mailcaravan.oauth;

import org.jspecify.annotations.NullMarked;
