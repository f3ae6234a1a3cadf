// Written by `manage.py event_types` from the Python types. Do not edit.

export interface MessagePosted {
  id: number;
  seq: number;
  cid: string;
  author: Author;
  html: string;
  body: string;
  reply_to: ReplyTo | null;
  posted_at: string;
}

export interface Author {
  id: number | null;
  name: string;
  photo: string;
  is_guest: boolean;
}

export interface ReplyTo {
  id: number;
  author: string;
  excerpt: string;
}

export interface MessageEdited {
  id: number;
  html: string;
  body: string;
  edited_at: string;
}

export interface MessageDeleted {
  id: number;
}

export interface ReactionsChanged {
  id: number;
  reactions: ReactionShown[];
}

export interface ReactionShown {
  emoji: string;
  people: Author[];
}

export interface ThreadChanged {
  title: string;
  pinned: boolean;
}
