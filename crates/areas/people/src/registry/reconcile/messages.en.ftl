reconcile-nav = Reconcile declared totals
reconcile-title = Reconciliation
reconcile-lead = Declared figures stay as declared; where the register differs the gap is shown and nothing is mended.
