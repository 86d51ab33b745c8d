/**
 * Reads files in YAML that people write: what is wrong with them is found all at once, each fault
 * with its line and the nearest known name. It knows no file in particular. Used by the packages
 * that read one.
 */
@NullMarked
package org.mailcaravan.yaml;

import org.jspecify.annotations.NullMarked;
