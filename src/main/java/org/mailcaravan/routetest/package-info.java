/**
 * What tests of routes extend, and what runs them: packaged apart, in {@code lib/test}, with JUnit,
 * AssertJ and Camel's mocks. Only the command {@code routes test} loads it. Engineers import {@code
 * RouteTest}, which stays as it is.
 */
@NullMarked
package org.mailcaravan.routetest;

import org.jspecify.annotations.NullMarked;
