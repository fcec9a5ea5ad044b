// What is told of an element by its role: the rows of domain/element_roles.py (a test holds the two together).
// "name": what is written on it; "label": what it is called; "nothing": its role alone; "use": that it was used.
"use strict";

const taskMiningRoles = {
  "name": [
    "button", "checkbox", "menuitem", "menuitemcheckbox", "switch", "tab",
  ],
  "label": [
    "combobox", "searchbox", "slider", "spinbutton", "textbox",
  ],
  "nothing": [
    "article", "cell", "columnheader", "dialog", "document", "figure", "form", "grid", "gridcell", "group",
    "heading", "image", "img", "label", "link", "list", "listbox", "listitem", "log", "menu", "menubar",
    "menuitemradio", "option", "other", "radio", "radiogroup", "region", "row", "rowheader", "table", "tablist",
    "tabpanel", "toolbar", "tree", "treegrid", "treeitem",
  ],
  "use": [
    "card", "one-time code", "password", "secret",
  ],
  "content around": [
    "cell", "gridcell", "listbox", "listitem", "option", "row", "tree", "treeitem",
  ],
};
