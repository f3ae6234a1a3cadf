// Written by `manage.py event_types` from the Python types. Do not edit.

export interface MessagePosted {
  id: number;
  seq: number;
  cid: string;
  author: Author;
  html: string;
  body: string;
  reply_to: ReplyTo | null;
  files: FileShown[];
  posted_at: string;
  poll: PollShown | null;
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

export interface FileShown {
  token: string;
  name: string;
  url: string;
  size: number;
  icon: string;
  preview: string;
  width: number;
  height: number;
}

export interface PollShown {
  kind: string;
  is_multiple: boolean;
  closed: boolean;
  options: PollOptionShown[];
}

export interface PollOptionShown {
  id: number;
  code: string;
  label: string;
  people: Author[];
}

export interface MessageEdited {
  id: number;
  html: string;
  body: string;
  excerpt: string;
  edited_at: string;
}

export interface MessageDeleted {
  id: number;
}

export interface MessageHidden {
  id: number;
  reason: string;
}

export interface MessageShown {
  id: number;
  seq: number;
  cid: string;
  author: Author;
  html: string;
  body: string;
  reply_to: ReplyTo | null;
  files: FileShown[];
  posted_at: string;
  poll: PollShown | null;
  excerpt: string;
  edited_at: string | null;
  reactions: ReactionShown[];
}

export interface ReactionShown {
  emoji: string;
  people: Author[];
}

export interface ReactionsChanged {
  id: number;
  reactions: ReactionShown[];
}

export interface PollChanged {
  id: number;
  closed: boolean;
  options: OptionChosen[];
}

export interface OptionChosen {
  id: number;
  people: Author[];
}

export interface HelpfulChanged {
  id: number;
  people: Author[];
}

export interface ThreadChanged {
  title: string;
  pinned: boolean;
  one_way: boolean;
}

export interface TraceLeft {
  kind: string;
  by: string;
  at: string;
  reason: string;
  other: ThreadLink | null;
  message: number | null;
  count: number;
}

export interface ThreadLink {
  id: number;
  title: string;
}

export interface SynthesisChanged {
  page: KeptIn | null;
  cited: number[];
}

export interface KeptIn {
  title: string;
  url: string;
}

export interface MessagesMoved {
  ids: number[];
  seq: number;
  trace: TraceLeft;
}

export interface MessageArrived {
  id: number;
  answers: number[];
}

export interface ThreadMerged {
  into: ThreadLink;
}

export interface StateChanged {
  state: string;
  reason: string;
  answer: Answer | null;
}

export interface Answer {
  id: number;
  author: string;
  excerpt: string;
}

export interface AsideChanged {
  id: number;
  is_aside: boolean;
}

export interface QuestionShown {
  id: number;
  body: string;
  author: Author | null;
  state: string;
  reason: string;
  supports: number;
  asked_at: string;
  edited_at: string | null;
}

export interface QuestionAsked {
  id: number;
  body: string;
  author: Author | null;
  state: string;
  reason: string;
  supports: number;
  asked_at: string;
  edited_at: string | null;
}

export interface QuestionChanged {
  id: number;
  body: string;
  author: Author | null;
  state: string;
  reason: string;
  supports: number;
  asked_at: string;
  edited_at: string | null;
}

export interface QuestionHidden {
  id: number;
  reason: string;
}

export interface QuestionWithdrawn {
  id: number;
}
