// Written by `manage.py event_types` from the Python types. Do not edit.

export interface InboxChanged {
  unread: number;
}
