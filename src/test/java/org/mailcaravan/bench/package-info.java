/**
 * Times whole programs against each other on private servers: {@code bench/run}. Not part of the
 * build, save for its small tests.
 */
@NullMarked
package org.mailcaravan.bench;

import org.jspecify.annotations.NullMarked;
