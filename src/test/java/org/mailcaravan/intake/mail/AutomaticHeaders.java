package org.mailcaravan.intake.mail;

import java.util.List;

/** What tells a mail that a program has sent by itself: one header of each kind. */
public final class AutomaticHeaders {
  public static final List<String> ALL =
      List.of(
          "Auto-Submitted: auto-replied",
          "Auto-Submitted: auto-generated; owner=x",
          "auto-submitted: AUTO-NOTIFIED",
          "Precedence: bulk",
          "Precedence: list",
          "Precedence: junk",
          "Precedence: auto_reply",
          "List-Id: <news.kunde.example>",
          "List-Unsubscribe: <mailto:off@kunde.example>",
          "X-Autoreply: yes",
          "X-Autorespond: vacation",
          "X-Auto-Reply: yes",
          "X-Auto-Response-Suppress: All",
          "X-Auto-Response-Suppress: DR, AutoReply, OOF",
          "Return-Path: <>",
          "Return-Path: <MAILER-DAEMON>",
          "Subject: Automatische Antwort: Re: Umzug",
          "Subject: =?utf-8?Q?R=C3=A9ponse_automatique?= : Move",
          "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
          "Content-Type: message/delivery-status");

  private AutomaticHeaders() {}
}
