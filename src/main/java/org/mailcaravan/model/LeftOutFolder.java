package org.mailcaravan.model;

/**
 * A source folder that a rule excludes.
 *
 * @param messages how many messages are in it, or -1 when that is not known
 * @param reason the rule, as a sentence
 */
public record LeftOutFolder(String folder, long messages, String reason) {}
