package org.mailcaravan.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a message could not be given.
 *
 * @param words with who has to do what, as they follow a colon
 * @param isFinal whether it would be the same at any later time
 * @param isOfReceiver whether it would be the same with any other message now
 * @param after how long the receiver wants to be left alone; null where it does not say
 */
public record TellingFailure(
    String words, boolean isFinal, boolean isOfReceiver, @Nullable Duration after) {}
