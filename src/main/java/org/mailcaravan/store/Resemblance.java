package org.mailcaravan.store;

/**
 * Messages of a source folder that were copied although the destination held others of the same
 * name: with the same Message-ID, or the same date, sender and subject where there is none, and
 * with other content.
 *
 * @param messages how many
 * @param of how many messages of the folder have a name, and were not found at the destination
 */
public record Resemblance(long messages, long of) {}
