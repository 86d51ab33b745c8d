package org.mailcaravan.tickets;

/**
 * A help desk, as the routes use it. Whatever is done twice after a kill leaves the ticket in the
 * same state; a reply may then stand in it twice, with the same number at its end.
 */
public interface HelpDesk {
  /**
   * Answers in the ticket, for the customer to read.
   *
   * @throws NotTaken when it does not take it
   */
  void reply(TicketMessage message) throws NotTaken;

  /**
   * Adds a note that only agents see.
   *
   * @throws NotTaken when it does not take it
   */
  void note(TicketMessage message) throws NotTaken;

  /**
   * Adds a note that only agents see, and closes the ticket.
   *
   * @throws NotTaken when it does not take it
   */
  void close(TicketMessage message) throws NotTaken;
}
