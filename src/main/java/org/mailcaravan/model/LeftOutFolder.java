package org.mailcaravan.model;

/**
 * A source folder that a rule excludes.
 *
 * @param messages the number of messages in it, or -1 when not known
 * @param reason the rule, as a sentence
 */
public record LeftOutFolder(String folder, long messages, String reason) {}
