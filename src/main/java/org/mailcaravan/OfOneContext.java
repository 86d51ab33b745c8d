package org.mailcaravan;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.component.mail.SupportMailComponent;
import org.mailcaravan.console.Mount;
import org.mailcaravan.routes.OwnBeans;

/**
 * What each generation of routes has for itself: the component of the support mailbox, and its
 * place at the server of the API.
 */
record OfOneContext(@Nullable SupportMailComponent supportMail, @Nullable Mount api)
    implements OwnBeans {
  @Override
  public Map<String, Object> beans() {
    Map<String, Object> beans = new HashMap<>();
    if (supportMail != null) {
      beans.put(SupportMail.COMPONENT, supportMail);
    }
    if (api != null) {
      beans.putAll(api.beans());
    }
    return beans;
  }

  @Override
  public void takeOver() {
    if (api != null) {
      api.takeOver();
    }
  }

  @Override
  public boolean isBusy() {
    return api != null && api.isBusy();
  }
}
