package org.mailcaravan.model.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found of a mailbox before anything of it was copied.
 *
 * @param sourceOk whether the login and INBOX at the old provider work
 * @param destinationOk the same at the new server
 * @param messages at the source; null when they were not counted
 * @param bytes octets at the source; null when that is not known
 * @param problems each with its next step, as sentences
 * @param notes what is good to know
 */
public record PreflightStatus(
    boolean sourceOk,
    boolean destinationOk,
    @Nullable Long messages,
    @Nullable Long bytes,
    List<String> problems,
    List<String> notes) {
  public PreflightStatus {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }
}
