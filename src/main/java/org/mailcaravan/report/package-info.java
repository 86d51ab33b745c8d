/**
 * Results for people and programs: tables, JSON, reports and certificates. Used by the root and the
 * command line.
 */
@NullMarked
package org.mailcaravan.report;

import org.jspecify.annotations.NullMarked;
